import { utf8Length } from './protocol/utf8.ts';

/** RFC 5321 (section 4.5.3.1.3) leaves this many octets for an address in a path. */
const MAX_BYTES = 254;

/**
 * The characters that `<input type=email>` accepts before and after the @ (WHATWG HTML,
 * 4.10.5.1.5).
 */
const ASCII_LOCAL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
const ASCII_DOMAIN =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/**
 * RFC 6531 adds all other characters. Invisible ones and spaces are refused, because they deceive.
 */
const INTERNATIONAL_LOCAL = /^(?:[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]|[^\p{ASCII}\p{C}\p{Z}\p{DI}])+$/u;
const INTERNATIONAL_DOMAIN = /^(?:[a-zA-Z0-9.-]|[^\p{ASCII}\p{C}\p{Z}\p{DI}])+$/u;

/** Whether a trimmed text is an e-mail address, internationalised ones included (RFC 6531). */
export function isAddress(text: string): boolean {
  const [local, domain] = split(text);
  if (!ASCII_LOCAL.test(local) && !INTERNATIONAL_LOCAL.test(local)) return false;
  return utf8Length(text) <= MAX_BYTES && ASCII_DOMAIN.test(asciiDomain(domain));
}

/**
 * The form in which addresses are compared: trimmed, in lower case, in NFC, with the domain in
 * A-labels, so that `münchen.de` and `xn--mnchen-3ya.de` are equal.
 */
export function normaliseAddress(email: string): string {
  const [local, domain] = split(foldCase(email));
  return `${local}@${asciiDomain(domain)}`;
}

/** The beginning of an address in the same form, except that a domain stays as it is. */
export const normalisePrefix = (prefix: string): string => foldCase(prefix);

const foldCase = (text: string): string =>
  text.trim().normalize('NFC').toLowerCase().normalize('NFC');

/** The address with its domain in A-labels, so that mail servers need no extension for it. */
export function deliverableAddress(email: string): string {
  const [local, domain] = split(email);
  return `${local}@${asciiDomain(domain)}`;
}

/** The parts before and after the last @. */
function split(email: string): [local: string, domain: string] {
  const at = email.lastIndexOf('@');
  return [email.slice(0, Math.max(at, 0)), email.slice(at + 1)];
}

/** A domain in A-labels (RFC 5890); unchanged if it has none. */
function asciiDomain(domain: string): string {
  if (!INTERNATIONAL_DOMAIN.test(domain) || ASCII_DOMAIN.test(domain)) return domain;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return domain;
  }
}
