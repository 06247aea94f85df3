/** The purpose and the token of a link in a mail. */
export interface MailLink {
  purpose: 'reset' | 'verify';
  token: string;
}

/** Parses the fragment of a link such as `https://sync.example.com/#reset=TOKEN`. */
export function readMailLink(fragment: string): MailLink | undefined {
  const [, purpose, token] = /^#(reset|verify)=(.+)$/.exec(fragment) ?? [];
  return token ? { purpose: purpose as MailLink['purpose'], token: decodeToken(token) } : undefined;
}

/** Returns the token from text that a user copied from a mail: a token or a whole link. */
export function tokenIn(text: string): string {
  const fragment = text.trim();
  return readMailLink(fragment.slice(Math.max(0, fragment.indexOf('#'))))?.token ?? fragment;
}

function decodeToken(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
