import { type ClientOptions, createClient } from '../../../client/client.ts';

const URL_OF_SERVER = 'https://sync.example.com';
export const STORAGE_KEY = `tinyhost:${URL_OF_SERVER}/todo`;
export const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery' };

export const sessionOf = (session_uuid: string) => ({
  session_uuid,
  user: { email: CREDENTIALS.email, created_at: '2026-01-01', login_time: '2026-01-01' },
});

/** A server that signs everybody in, with numbered sessions. */
function serverOfAll() {
  let sessions = 0;
  return async (input: RequestInfo | URL) =>
    Response.json(
      `${input}`.endsWith('/sign-in')
        ? sessionOf(`session-${++sessions}`)
        : { success: true, message: '' },
    );
}

/** A client and the storage errors that it has reported. */
export function clientWith(options: Partial<ClientOptions>) {
  const reported: string[] = [];
  const client = createClient({
    url: URL_OF_SERVER,
    namespace: 'todo',
    fetch: serverOfAll(),
    onStorageError: (error) => reported.push(`${error.code}: ${error.message}`),
    ...options,
  });
  return { client, reported };
}

export const fails = (): never => {
  throw new DOMException('the quota has been exceeded', 'QuotaExceededError');
};
