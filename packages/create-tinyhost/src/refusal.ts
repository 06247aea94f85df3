/** Input that the command does not accept, with the reason for the user. */
export class Refusal {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}
