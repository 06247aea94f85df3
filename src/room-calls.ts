import type { RoomStub } from './platform.ts';
import { type Failure, type Result, succeed } from './protocol/errors.ts';

type Operation = { input: unknown; output: unknown };
export type Operations<Ops> = { [Name in keyof Ops]: Operation };

/** What a room serves: one function per operation. */
export type Handlers<Ops extends Operations<Ops>> = {
  [Name in keyof Ops]: (input: Ops[Name]['input']) => Promise<Result<Ops[Name]['output']>>;
};

/** Status of a room's refusal on its private side; the edge alone gives it its public one. */
const REFUSED = 422;

/** How a room answers a request on its private side. */
export type Route = (request: Request) => Promise<Result<Response>>;

/** The routes of a room's operations. */
export const routesOf = <Ops extends Operations<Ops>>(
  handlers: Handlers<Ops>,
): Record<string, Route> =>
  Object.fromEntries(
    Object.entries<Handlers<Ops>[keyof Ops]>(handlers).map(([name, handler]) => [
      name,
      async (request) => {
        const result = await handler(await request.json());
        return result.ok ? succeed(Response.json(result.value)) : result;
      },
    ]),
  );

/** Calls operation `name` of the room behind `stub`. Throws where the room itself broke. */
export async function call<Ops extends Operations<Ops>, Name extends keyof Ops & string>(
  stub: RoomStub,
  name: Name,
  input: Ops[Name]['input'],
): Promise<Result<Ops[Name]['output']>> {
  const init = { method: 'POST', body: JSON.stringify(input) };
  const result = await resultOf(await stub.fetch(`/${name}`, init));
  return result.ok ? succeed(await result.value.json()) : result;
}

/** Serves the operation that the path of `request` ends in; undefined where there is none. */
export async function serve<Ops extends Operations<Ops>>(
  handlers: Handlers<Ops>,
  request: Request,
): Promise<Response | undefined> {
  const name = request.url.slice(request.url.lastIndexOf('/') + 1);
  if (!Object.hasOwn(handlers, name)) return undefined;
  const result = await handlers[name as keyof Ops](await request.json());
  return result.ok ? Response.json(result.value) : refuse(result);
}

/** A room's refusal, on its way to the edge. */
export const refuse = (failure: Failure): Response => Response.json(failure, { status: REFUSED });

/**
 * What a room answered: its response, or the refusal that this carries. Throws where the room
 * itself broke, since engines put the text of a surprise into what they answer then.
 */
export async function resultOf(response: Response): Promise<Result<Response>> {
  if (response.status === REFUSED) return (await response.json()) as Failure;
  if (response.status >= 400) throw new Error(`a room answered ${response.status}`);
  return succeed(response);
}
