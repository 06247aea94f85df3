import { tabText } from '../ui/tab-text.ts';

/** Keeps the token of an invitation until its user has signed in. */
export const keptInvitation = tabText('tinyhost-demo:invitation');

/** Returns the token in the fragment of a link such as `https://sync.example.com/#invitation=TOKEN`. */
export const readInvitationLink = (fragment: string): string | undefined =>
  /^#invitation=([\w-]{1,200})$/.exec(fragment)?.[1];

/** The link of an invitation. Servers do not get the fragment of a URL, so none logs the token. */
export const invitationLink = (token: string): string =>
  `${location.origin}${location.pathname}#invitation=${token}`;
