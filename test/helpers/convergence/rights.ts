import type { Role } from '../../../src/protocol/membership.ts';

/** What accounts were allowed, by the reference of a test and not by the room. */
export class Rights {
  readonly #roles = new Map<string, Role>();
  /** Marks of writes whose account has not been allowed to write since. */
  readonly #forbidden = new Map<string, string[]>();
  /** The number of frames that accounts had received when they were removed. */
  readonly #removed = new Map<string, number>();
  #marks = 0;
  refusals = 0;

  roleOf(name: string): Role | undefined {
    return this.#roles.get(name);
  }

  set(name: string, role: Role | undefined, frames = 0): void {
    this.#removed.delete(name);
    if (role) this.#roles.set(name, role);
    else {
      this.#roles.delete(name);
      this.#removed.set(name, frames);
    }
    // Edits that were made offline may be sent now.
    if (this.mayWrite(name)) this.#forbidden.delete(name);
  }

  mayWrite(name: string): boolean {
    const role = this.#roles.get(name);
    return role !== undefined && role !== 'viewer';
  }

  /** Marks a write of an account. */
  mark(name: string): string {
    const mark = `<${this.#marks++} by ${name}>`;
    if (!this.mayWrite(name)) {
      this.refusals += 1;
      this.#forbidden.set(name, [...(this.#forbidden.get(name) ?? []), mark]);
    }
    return mark;
  }

  /** The marks of an account that nobody else may ever see. */
  forbidden(name: string): string[] {
    return this.#forbidden.get(name) ?? [];
  }

  /** Frames that an account had received when it was removed; undefined while it is a member. */
  framesAtRemoval(name: string): number | undefined {
    return this.#removed.get(name);
  }
}
