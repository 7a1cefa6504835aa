/** What the flags of `proxy-config` ask for; undefined: all. */
export interface Filters {
  readonly fqdn: string | undefined;
  readonly direction: string | undefined;
  readonly subset: string | undefined;
  readonly port: number | undefined;
  readonly address: string | undefined;
  readonly type: string | undefined;
  readonly name: string | undefined;
  readonly cluster: string | undefined;
  readonly status: string | undefined;
  readonly isVerbose: boolean;
  /** Whether each row says what it is, as `proxy-config all` has it. */
  readonly isTyped: boolean;
}

/** A part of a proxy's configuration as istioctl shows it. Both are pure; what is wrong with a dump is a `Failure`. */
export interface View {
  /** Rows, the header first. */
  readonly table: (dump: Record<string, unknown>, filters: Filters) => string;
  /** What `-o json` prints, in Envoy's own names. */
  readonly json: (dump: Record<string, unknown>, filters: Filters) => unknown;
}
