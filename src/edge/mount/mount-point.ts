import type { MiddlewareHandler } from 'hono';
import type { MountPoint } from '../../platform.ts';
import type { EdgeContext, EdgeEnv } from '../environment.ts';
import { onNotFound } from '../responses.ts';

/** Translates a path of the host into one of the route table; undefined if it is not mounted. */
export function pathAt({ basePath, parties }: MountPoint, path: string): string | undefined {
  for (const kind of ['auth', 'user'] as const) {
    const party = parties && `/parties/${parties[kind]}/`;
    if (party && path.startsWith(party)) return `/parties/${kind}/${path.slice(party.length)}`;
  }
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}

/** Whether the service is responsible for a request. */
export const isMounted = (mount: MountPoint, { url }: { url: string }): boolean =>
  pathAt(mount, new URL(url).pathname) !== undefined;

/** The path of a request in the route table, with its escapes. */
export const encodedPath = ({ env, req }: EdgeContext): string =>
  pathAt(env.mount, new URL(req.raw.url).pathname) ?? '';

/** Refuses requests that an app has passed on although their paths are not mounted. */
export const requireMounted: MiddlewareHandler<EdgeEnv> = async (context, next) =>
  isMounted(context.env.mount, context.req.raw) ? next() : onNotFound(context);
