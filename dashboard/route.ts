/** The parts of the dashboard. Each except `keys` is about one namespace. */
export const SECTIONS = ['accounts', 'stores', 'usage', 'hooks', 'backup', 'keys'] as const;

export type Section = (typeof SECTIONS)[number];

/** A place in the dashboard, as the fragment of its URL names it: `#/todo/accounts/ID/data`. */
export interface Place {
  section: Section;
  /** Undefined for `keys`, and before the operator has chosen one. */
  namespace?: string | undefined;
  /** The id of an account or a store. */
  id?: string | undefined;
  /** Whether the place is the content of the account's private store. */
  isData?: boolean;
}

export function readPlace(fragment: string): Place | undefined {
  const segments = fragment.replace(/^#\/?/, '').split('/').map(decode);
  const [first, section, id, rest] = segments;
  if (first === 'keys' && section === undefined) return { section: 'keys' };
  if (!first || !isSection(section) || section === 'keys') return undefined;
  return { section, namespace: first, id: id || undefined, isData: rest === 'data' };
}

export function hrefOf({ section, namespace, id, isData }: Place): string {
  if (section === 'keys' || namespace === undefined) return `#/${section}`;
  const parts = [namespace, section, ...(id ? [id] : []), ...(isData ? ['data'] : [])];
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

const isSection = (text: string | undefined): text is Section =>
  SECTIONS.some((section) => section === text);

/** Leaves a broken escape as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
