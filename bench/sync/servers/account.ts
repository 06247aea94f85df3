/** Signs a new user up, and returns the token of their session. */
export async function openSession(url: string): Promise<string> {
  const credentials = {
    email: `${crypto.randomUUID()}@example.com`,
    password: 'an untroubled passphrase for benches',
  };
  const { session_uuid } = await ask<{ session_uuid: string }>(`${url}/bench/sign-up`, credentials);
  return session_uuid;
}

/** Signs a new user up, and returns the path of their WebSocket. */
export const openAccount = async (url: string): Promise<string> =>
  `/bench/ws?sessionUuid=${await openSession(url)}`;

export const bearer = (session: string) => ({ Authorization: `Bearer ${session}` });

/** Posts JSON and returns the response. Throws for an error. */
export async function ask<Answer>(url: string, body: object, session?: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(session ? bearer(session) : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
