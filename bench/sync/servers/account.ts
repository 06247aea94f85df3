/** Signs a new user up and in, and returns the path of their WebSocket. */
export async function openAccount(url: string): Promise<string> {
  const credentials = {
    email: `${crypto.randomUUID()}@example.com`,
    password: 'an untroubled passphrase for benches',
  };
  await post(`${url}/bench/sign-up`, credentials);
  const { session_uuid } = await post(`${url}/bench/sign-in`, credentials);
  return `/bench/ws?sessionUuid=${session_uuid}`;
}

async function post(url: string, body: object): Promise<{ session_uuid?: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { session_uuid?: string };
}
