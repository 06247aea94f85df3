import type { ClientContext } from '../context.ts';
import { isUnauthorized, TinyHostError } from '../errors.ts';
import type { HttpCall } from './http-client.ts';

/**
 * Makes a call with the session's token, when the session is known. Forgets the session if the
 * server does not know it. Rejects like `HttpClient.call`, and with `signed_out` without a session.
 */
export async function sessionCall<Answer>(
  { http, sessions }: Pick<ClientContext, 'http' | 'sessions'>,
  path: string,
  example: Answer,
  call: HttpCall,
): Promise<Answer> {
  await sessions.loading;
  const session = sessions.value;
  if (!session) throw new TinyHostError('signed_out', 'nobody is signed in', { status: 401 });
  try {
    return await http.call(path, example, { ...call, token: session.session_uuid });
  } catch (error) {
    if (isUnauthorized(error)) sessions.forget(session);
    throw error;
  }
}
