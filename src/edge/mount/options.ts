/** TinyHost's settings by their names; docs/settings.md lists them. Others are ignored. */
export type Variables = Readonly<Record<string, unknown>>;

/** The options of `createTinyHost` on both engines. `Source` is what can provide a page. */
export interface MountOptions<Env extends object, Source extends object = Env> {
  /** The path before every route, such as `/sync`. By default the root of the host. */
  basePath?: string;
  /** Returns the settings. By default they are the variables of `env`. */
  settings?: (env: Env) => Variables;
  /**
   * Returns the HTML of a page, which is served at the base path with a strict content security
   * policy. By default there is no page.
   */
  page?: (source: Source) => Promise<Response | undefined>;
  /**
   * Returns the HTML of the operator's dashboard, which is served at `/admin` below the base path as
   * long as OPERATOR_KEY is set. By default there is none.
   */
  dashboard?: (source: Source) => Promise<Response | undefined>;
}
