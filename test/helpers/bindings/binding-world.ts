import { expect, onTestFinished, vi } from 'vitest';
import type { Client, Member, Membership } from '../../../client/index.ts';
import { memoryStorage } from '../devices/clients.ts';
import { FakeNetwork } from '../simulated-client/fake-network.ts';
import type { AppOptions, Framework, ShownApp } from './apps/app.ts';

const TICKET = { ticket: 'a', expires_at: '', heartbeat_seconds: 10 };

/** A client and an app on a fake network whose server signs everybody in. */
export class BindingWorld {
  readonly network = new FakeNetwork();
  readonly client: Client;
  readonly target = document.body.appendChild(document.createElement('div'));
  /** Everything that the app and its framework have written to the console. */
  readonly complaints: unknown[] = [];
  /** Every text that the app has shown. */
  readonly shown = new Set<string | null>();
  /** The user's shared stores on the server. */
  stores: Membership[] = [];
  /** The members of each shared store. */
  members: Member[] = [];
  #sessions = 0;

  constructor() {
    this.network.answer = (path) => Response.json(this.#answer(path));
    this.network.store.setCell('tasks', 'one', 'title', 'Learn');
    this.client = this.network.client({ storage: memoryStorage() });
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((...words) => void this.complaints.push(words));
    }
    const observer = new MutationObserver(() => this.shown.add(this.target.textContent));
    observer.observe(this.target, { childList: true, characterData: true, subtree: true });
    onTestFinished(() => {
      observer.disconnect();
      vi.restoreAllMocks();
      this.target.remove();
    });
  }

  signIn(email = 'ada@example.com'): Promise<unknown> {
    return this.client.signIn({ email, password: 'correct horse battery' });
  }

  /** Shows the app until the test ends. */
  show(
    framework: Framework,
    how: 'mount' | 'hydrate' = 'mount',
    options: Partial<AppOptions> = {},
  ): ShownApp {
    const app = framework[how]({ client: this.client, ...options }, this.target);
    onTestFinished(() => app.unmount());
    return app;
  }

  async untilShown(line: string): Promise<void> {
    await vi.waitFor(() => expect(this.target.textContent).toBe(line), { interval: 2 });
  }

  /** The elements of the app, with their classes. */
  get elements(): string[] {
    return [...this.target.querySelectorAll('*')].map(
      ({ tagName, className }) => `${tagName} ${className}`,
    );
  }

  /** The calls for tickets. Each connection makes one. */
  get tickets(): number {
    return this.network.calls.filter((path) => path === 'ws-ticket').length;
  }

  #answer(path: string): unknown {
    if (path === 'ws-ticket') return TICKET;
    if (path === 'stores') return { stores: this.stores };
    if (path === 'members') return { members: this.members };
    if (path !== 'sign-in') return { success: true, message: '' };
    const user = { email: `user ${++this.#sessions}`, created_at: '', login_time: '' };
    return { session_uuid: `session ${this.#sessions}`, user };
  }
}

/** Gives the app time to do something that it must not do. */
export const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 50));
