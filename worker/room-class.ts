import type { DurableObject } from 'cloudflare:workers';

/** A Durable Object class. The Worker exports a class that extends it. */
export type RoomClass = new (state: DurableObjectState, env: Cloudflare.Env) => DurableObject;
