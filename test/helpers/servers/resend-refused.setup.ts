import { resendRefused } from './resend-refused.ts';

globalThis.fetch = resendRefused(globalThis.fetch);
