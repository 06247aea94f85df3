/** A version of a release: three numbers, and perhaps a pre-release like `-beta.1`. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([a-z]+)\.(0|[1-9]\d*))?$/;

export const isVersion = (text: string): boolean => VERSION.test(text);

/** Whether a version comes after another by the rules of Semantic Versioning. */
export function isAfter(version: string, other: string): boolean {
  const [parts, others] = [partsOf(version), partsOf(other)];
  const at = parts.findIndex((part, index) => part !== others[index]);
  return at >= 0 && parts[at]! > others[at]!;
}

/** The parts in the order of their weight. A release comes after all its pre-releases. */
function partsOf(version: string): (number | string)[] {
  const [, major, minor, patch, label, number] = VERSION.exec(version) ?? [];
  return [Number(major), Number(minor), Number(patch), label ?? '~', Number(number ?? 0)];
}

/**
 * Sets the version in the text of a package.json or of a package-lock.json's root, and that of our
 * own packages where it depends on them. Everything else stays as it is.
 */
export function setVersion(text: string, from: string, to: string, packages: string[]): string {
  const own = new RegExp(`("(?:${packages.join('|')})": ")([~^]?)${escaped(from)}"`, 'g');
  return text
    .replace(own, `$1$2${to}"`)
    .replace(new RegExp(`^( {2}"version": ")${escaped(from)}"`, 'm'), `$1${to}"`)
    .replace(new RegExp(`^( {6}"version": ")${escaped(from)}"`, 'm'), (match, start, at) =>
      isRoot(text, at) ? `${start}${to}"` : match,
    );
}

const escaped = (version: string): string => version.replaceAll('.', '\\.');

/** Whether a position is in the first entry of a lockfile's packages, which is the project itself. */
const isRoot = (text: string, at: number): boolean =>
  /"packages": \{\s+"": \{[^{}]*$/.test(text.slice(0, at));
