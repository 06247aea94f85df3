/** The first match counts: a browser comes before those that its header also names. */
const PROGRAMS: ReadonlyArray<[RegExp, string]> = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|HeadlessChrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^(node|undici)\b/, 'Node'],
];

const SYSTEMS: ReadonlyArray<[RegExp, string]> = [
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Reduces a User-Agent header to `Firefox on Linux`, which identifies nobody. */
export function userAgentFamily(header: string): string {
  const program = nameIn(PROGRAMS, header) ?? 'Unknown program';
  const system = nameIn(SYSTEMS, header);
  return system ? `${program} on ${system}` : program;
}

const nameIn = (names: ReadonlyArray<[RegExp, string]>, header: string): string | undefined =>
  names.find(([pattern]) => pattern.test(header))?.[1];
