import { createTinyHost } from 'tinyhost/partykit';

const { fetch } = createTinyHost();

/** Receives every request that is not for a file of the app. */
export default class Main {
  readonly options = { hibernate: true };

  static readonly onFetch = fetch;
  static readonly onBeforeRequest = fetch;
  static readonly onBeforeConnect = fetch;
}
