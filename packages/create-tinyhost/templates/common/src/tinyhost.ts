import {
  type ConnectionState,
  type Credentials,
  createClient,
  TinyHostError,
} from 'tinyhost-client';
import { schemas } from './schemas';

/** TinyHost has the origin of the page: in development by Vite's proxy, later as one deployment. */
export const client = createClient({ url: location.origin, namespace: 'my-app', schemas });

/** Creates an account, which signs in too, or signs in to one. */
export async function enter(credentials: Credentials, isNew: boolean): Promise<void> {
  const session = isNew && (await client.signUp(credentials));
  // If the server asks for a verified address, the error of this says so.
  if (!session) await client.signIn(credentials);
}

/** Signs out. Asks first if the server does not have all changes, because they would be lost. */
export async function leave({ saved }: ConnectionState): Promise<void> {
  if (saved || confirm('Some changes are not saved yet. Sign out and lose them?')) {
    await client.signOut();
  }
}

/** Returns the message of an error for users. */
export function messageOf(error: unknown): string {
  if (!(error instanceof TinyHostError)) throw error;
  return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
}

/** Describes the state of the connection for users. */
export function describe({ status, saved, reason }: ConnectionState): string {
  if (status === 'refused' && reason) return messageOf(reason);
  if (status === 'online') return saved ? 'All changes are saved.' : 'Saving…';
  if (status === 'connecting' || status === 'syncing') return 'Connecting…';
  return 'Offline. Your changes are kept on this device.';
}
