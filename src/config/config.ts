import * as v from 'valibot';
import { DEFAULT_HEARTBEAT_SECONDS } from '../protocol/heartbeat.ts';
import { parseOrigins } from './allowed-origins.ts';
import { parseNamespaces } from './namespaces.ts';
import { isPrivateUrl } from './private-url.ts';
import { decodeWebhookSecret } from './webhook-secret.ts';

/** A number of 0 or more. Engines pass variables as strings. 0 switches a limit off. */
const amount = (fallback: number) => {
  const Digits = v.pipe(v.string(), v.trim(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number));
  const AnyAmount = v.union([Digits, v.pipe(v.number(), v.finite(), v.minValue(0))]);
  return v.pipe(v.optional(AnyAmount, fallback), v.number());
};

const choice = <const Options extends readonly [string, ...string[]]>(options: Options) =>
  v.optional(v.picklist(options), options[0]);

/** The length of 16 random bytes in hexadecimal. */
const MIN_KEY_LENGTH = 32;

/** A key has to fit into `Authorization: Bearer`, see RFC 6750, section 2.1. */
const BEARER_KEY = /^[\w.~+/=-]{32,256}$/;

const Variables = v.object({
  MAX_SYNC_BYTES: amount(33_554_432),
  MAX_STORE_BYTES: amount(33_554_432),
  MAX_DEVICES: amount(64),
  MAX_STORES: amount(200),
  MAX_MEMBERS: amount(100),
  MAX_FRAMES_PER_SECOND: amount(5_000),
  MAX_CLOCK_AHEAD_SECONDS: amount(240),
  SESSION_DAYS: amount(365),
  SESSION_MAX_DAYS: amount(730),
  MIN_PASSWORD_LENGTH: v.pipe(amount(8), v.integer(), v.minValue(1), v.maxValue(64)),
  REVOKE_NEEDS_PROOF_MINUTES: amount(0),
  SIGN_UP: choice(['on', 'off']),
  EMAIL_VERIFICATION: choice(['off', 'required']),
  HIDE_ACCOUNTS: choice(['off', 'on']),
  BREACHED_PASSWORDS_URL: v.optional(v.pipe(v.string(), v.trim(), v.check(isPrivateUrl))),
  NAMESPACES: v.optional(
    v.pipe(
      v.string(),
      v.transform(parseNamespaces),
      v.check((namespaces) => namespaces !== undefined),
    ),
  ),
  OPERATOR_KEY: v.optional(v.pipe(v.string(), v.trim(), v.regex(BEARER_KEY))),
  LOG_KEY: v.optional(v.pipe(v.string(), v.trim(), v.minLength(MIN_KEY_LENGTH))),
  MAIL: choice(['off', 'console', 'webhook']),
  MAIL_WEBHOOK_URL: v.optional(v.pipe(v.string(), v.trim(), v.check(isPrivateUrl))),
  MAIL_WEBHOOK_SECRET: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.check((secret) => decodeWebhookSecret(secret) !== undefined),
    ),
  ),
  SIGN_IN_FAILURES: amount(10),
  AUTH_REQUESTS_PER_MINUTE: amount(60),
  HEARTBEAT_SECONDS: amount(DEFAULT_HEARTBEAT_SECONDS),
  HISTORY_DAYS: amount(30),
  HIBERNATE: choice(['on', 'off']),
  ALLOWED_ORIGINS: v.pipe(
    v.optional(v.string(), '*'),
    v.transform(parseOrigins),
    v.check((origins) => origins !== undefined),
    v.transform((origins) => origins ?? []),
  ),
});

/** TinyHost's settings; docs/settings.md says what each one does. */
export type Config = Readonly<v.InferOutput<typeof Variables>>;

type Name = keyof Config;

/** A variable with an invalid value. The value itself may be a secret and is left out. */
export interface Fault {
  variable: string;
  /** What is expected, as a clause: `has to be …`. */
  reason: string;
}

const NAMES = Object.keys(Variables.entries) as Name[];

const AMOUNT = 'has to be a number of 0 or more';

const PRIVATE_URL = 'has to be an https URL (http on loopback only) without a user name';

/** What is expected of the variables that are not plain numbers. */
const EXPECTED: Partial<Record<Name, string>> = {
  MIN_PASSWORD_LENGTH: 'has to be a whole number from 1 to 64',
  SIGN_UP: 'has to be "on" or "off"',
  EMAIL_VERIFICATION: 'has to be "off" or "required"',
  HIDE_ACCOUNTS: 'has to be "off" or "on"',
  BREACHED_PASSWORDS_URL: PRIVATE_URL,
  NAMESPACES: 'has to be "*" or a list of namespaces like todo,notes',
  OPERATOR_KEY: 'has to have 32 to 256 characters of A-Z, a-z, 0-9 and -._~+/=',
  LOG_KEY: `has to have at least ${MIN_KEY_LENGTH} characters`,
  MAIL: 'has to be "off", "console" or "webhook"',
  MAIL_WEBHOOK_URL: PRIVATE_URL,
  MAIL_WEBHOOK_SECRET: 'has to be "whsec_" and at least 24 bytes in base64',
  HIBERNATE: 'has to be "on" or "off"',
  ALLOWED_ORIGINS:
    'has to be "*" or a list of origins like https://app.example.com or https://*.example.com',
};

/** Finds variables that are missing although others need them. */
function findMissing(config: Config): Fault[] {
  const { MAIL, EMAIL_VERIFICATION, HIDE_ACCOUNTS } = config;
  const faults: Fault[] = [];
  if (HIDE_ACCOUNTS === 'on' && EMAIL_VERIFICATION === 'off') {
    faults.push({ variable: 'EMAIL_VERIFICATION', reason: 'is needed by HIDE_ACCOUNTS=on' });
  }
  if (MAIL === 'off' && EMAIL_VERIFICATION === 'required') {
    faults.push({ variable: 'MAIL', reason: 'is needed by EMAIL_VERIFICATION=required' });
  }
  for (const variable of ['MAIL_WEBHOOK_URL', 'MAIL_WEBHOOK_SECRET'] as const) {
    if (MAIL !== 'webhook' || config[variable] !== undefined) continue;
    faults.push({ variable, reason: 'is needed by MAIL=webhook' });
  }
  return faults;
}

interface Settings {
  config: Config;
  faults: readonly Fault[];
}

const DEFAULTS: Config = v.parse(Variables, {});

function parse(variables: Record<string, unknown>): Settings {
  const parsed = v.safeParse(Variables, variables);
  if (parsed.success) {
    const faults = findMissing(parsed.output);
    return { config: faults.length > 0 ? DEFAULTS : parsed.output, faults };
  }
  // Valibot's own messages quote the value.
  const wrong = new Set(parsed.issues.map(({ path }) => path?.[0]?.key as Name));
  const faults = [...wrong].map((name) => ({ variable: name, reason: EXPECTED[name] ?? AMOUNT }));
  return { config: DEFAULTS, faults };
}

/** The last variables as JSON, and their settings: every room passes an equal object of its own. */
let last: { variables: string; settings: Settings } | undefined;

function read(variables: Record<string, unknown>): Settings {
  const own = Object.fromEntries(NAMES.map((name) => [name, variables[name]]));
  const json = JSON.stringify(own);
  if (last?.variables !== json) last = { variables: json, settings: parse(own) };
  return last.settings;
}

/**
 * Reads the settings from an engine's variables. Never throws: if a variable is invalid, it returns
 * the defaults, so that a room can start, and the edge answers every request with 500.
 */
export const readConfig = (variables: Record<string, unknown>): Config => read(variables).config;

/** The faults in an engine's variables; the same array for equal variables. */
export const findFaults = (variables: Record<string, unknown>): readonly Fault[] =>
  read(variables).faults;
