/** What a mail's link asks for, and the token it carries. */
export interface MailLink {
  purpose: 'reset' | 'verify';
  token: string;
}

/** Reads the fragment of a link such as `https://sync.example.com/#reset=TOKEN`. */
export function readMailLink(fragment: string): MailLink | undefined {
  const [, purpose, token] = /^#(reset|verify)=(.+)$/.exec(fragment) ?? [];
  return token ? { purpose: purpose as MailLink['purpose'], token: decodeToken(token) } : undefined;
}

/** The token in what somebody copied from a mail: the token alone, or the whole link. */
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
