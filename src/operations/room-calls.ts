import type { RoomStub } from '../platform.ts';
import { type ErrorCode, type Failure, fail, type Result, succeed } from '../protocol/errors.ts';

type Operation = { input: unknown; output: unknown };
export type Operations<Ops> = { [Name in keyof Ops]: Operation };

/** The operations of a room, one function for each. */
export type Handlers<Ops extends Operations<Ops>> = {
  [Name in keyof Ops]: (input: Ops[Name]['input']) => Promise<Result<Ops[Name]['output']>>;
};

/** The status of a room's refusal. The edge translates it into the public one. */
const REFUSED = 422;

/** The header with the code of a refusal: the response to a HEAD request loses its body. */
const ERROR_HEADER = 'x-tinyhost-error';

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

/** The route for the name at the end of the request's path; undefined if there is none. */
export function findRoute(routes: Record<string, Route>, request: Request): Route | undefined {
  const name = new URL(request.url).pathname.split('/').at(-1) ?? '';
  return Object.hasOwn(routes, name) ? routes[name] : undefined;
}

/** Encodes the result of a route for the edge. */
export const encodeResult = (result: Result<Response>): Response =>
  result.ok ? result.value : refuse(result);

/** Calls the operation `name` of a room. Throws if the room failed unexpectedly. */
export async function call<Ops extends Operations<Ops>, Name extends keyof Ops & string>(
  stub: RoomStub,
  name: Name,
  input: Ops[Name]['input'],
): Promise<Result<Ops[Name]['output']>> {
  const init = { method: 'POST', body: JSON.stringify(input) };
  const result = await resultOf(await stub.fetch(`/${name}`, init));
  return result.ok ? succeed(await result.value.json()) : result;
}

/** Serves the route of a request; undefined if there is none. */
export async function serve(
  routes: Record<string, Route>,
  request: Request,
): Promise<Response | undefined> {
  const route = findRoute(routes, request);
  return route && encodeResult(await route(request));
}

/** Encodes a refusal for the edge. */
export const refuse = (failure: Failure): Response =>
  Response.json(failure, { status: REFUSED, headers: { [ERROR_HEADER]: failure.error } });

/**
 * Decodes a room's response. Throws if the room failed unexpectedly: the engine's response may
 * contain the text of the error.
 */
export async function resultOf(response: Response): Promise<Result<Response>> {
  if (response.status === REFUSED) return failureOf(response);
  if (response.status >= 400) throw new Error(`a room answered ${response.status}`);
  return succeed(response);
}

async function failureOf(response: Response): Promise<Failure> {
  const text = await response.text();
  if (text !== '') return JSON.parse(text) as Failure;
  return fail(response.headers.get(ERROR_HEADER) as ErrorCode, 'refused');
}
