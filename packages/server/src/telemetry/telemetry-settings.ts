/** `[telemetry]` of deployment.toml as far as it says where to and how: what is sent to the operator's own receiver. */
export type ReceiverSettings = {
  /** The base URL of an OTLP/HTTP receiver. */
  readonly otlp_endpoint: string;
  readonly otlp_headers?: Readonly<Record<string, string>> | undefined;
  /** PEM files: authorities of the receiver, and what this process presents to it. Absolute names. */
  readonly tls_ca_file?: string | undefined;
  readonly tls_certificate_file?: string | undefined;
  readonly tls_key_file?: string | undefined;
};

/** Whether requests are traced. */
export const isTraced = ({
  otlp_endpoint,
  traces,
}: {
  readonly otlp_endpoint?: string | undefined;
  readonly traces: boolean;
}): boolean => otlp_endpoint !== undefined && traces;

/** Who sends: attributes of the resource, by the names of the semantic conventions. */
export type Sender = Readonly<Record<string, string | number>>;

/** Told of each delivery that succeeded, or failed with an error. */
export type OnDelivery = (failure?: Error) => void;

/** How long what is left at the end of a process may take to be sent, in milliseconds. */
export const FLUSH_MS = 1_500;
