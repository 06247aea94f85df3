import * as v from 'valibot';

/** A number from a variable, which engines give as a string; 0 switches a limit off. */
const amount = (fallback: number) =>
  v.optional(
    v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.finite(), v.minValue(0)),
    fallback,
  );

const WebhookSecret = v.pipe(v.string(), v.regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/));

const Variables = v.object({
  MAX_SYNC_BYTES: amount(33_554_432),
  MAX_STORE_BYTES: amount(33_554_432),
  MAX_DEVICES: amount(64),
  MAX_FRAMES_PER_SECOND: amount(5_000),
  MAX_CLOCK_AHEAD_SECONDS: amount(240),
  SESSION_DAYS: amount(365),
  SESSION_MAX_DAYS: amount(730),
  MIN_PASSWORD_LENGTH: v.pipe(amount(8), v.integer(), v.minValue(1), v.maxValue(64)),
  SIGN_UP: v.optional(v.picklist(['on', 'off']), 'on'),
  EMAIL_VERIFICATION: v.optional(v.picklist(['required', 'off']), 'off'),
  MAIL: v.optional(v.picklist(['off', 'console', 'webhook']), 'off'),
  MAIL_WEBHOOK_URL: v.optional(v.union([v.literal(''), v.pipe(v.string(), v.url())]), ''),
  /** `whsec_` and at least 24 bytes in base64, as the Standard Webhooks specification has it. */
  MAIL_WEBHOOK_SECRET: v.optional(v.union([v.literal(''), WebhookSecret]), ''),
  SIGN_IN_FAILURES: amount(10),
  AUTH_REQUESTS_PER_MINUTE: amount(60),
  HEARTBEAT_SECONDS: amount(10),
  HIBERNATE: v.optional(v.picklist(['on', 'off']), 'on'),
  ALLOWED_ORIGINS: v.optional(v.string(), '*'),
});

/** Settings that only make sense together. */
const Settings = v.pipe(
  Variables,
  v.check(
    ({ MAIL, EMAIL_VERIFICATION }) => MAIL !== 'off' || EMAIL_VERIFICATION === 'off',
    'EMAIL_VERIFICATION=required needs MAIL',
  ),
  v.check(
    ({ MAIL, MAIL_WEBHOOK_URL, MAIL_WEBHOOK_SECRET }) =>
      MAIL !== 'webhook' || (MAIL_WEBHOOK_URL !== '' && MAIL_WEBHOOK_SECRET !== ''),
    'MAIL=webhook needs MAIL_WEBHOOK_URL and MAIL_WEBHOOK_SECRET',
  ),
);

/** TinyHost's settings; the README's table says what each bounds. */
export type Config = Readonly<v.InferOutput<typeof Variables>>;

/** The variables read last, as JSON: every room has an object of its own, and the same in it. */
let last: { variables: string; config: Config } | undefined;

/** Reads the settings from an engine's variables. Throws where one has no usable value. */
export function readConfig(variables: Record<string, unknown>): Config {
  const json = JSON.stringify(variables);
  if (last?.variables !== json) last = { variables: json, config: v.parse(Settings, variables) };
  return last.config;
}
