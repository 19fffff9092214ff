/** An event on its way to a webhook: what is written down with the event itself. */
export type NewDelivery = {
  /** Made of the event and the webhook, so that writing it twice is writing it once. */
  readonly delivery_id: string;
  /** The id of the webhook, as `deployment.toml` has it. */
  readonly webhook: string;
  readonly event_id: string;
  readonly event_type: string;
  /** What is sent, octet for octet the same at each attempt. */
  readonly body: string;
  /** Milliseconds since the epoch, as the following. */
  readonly created_at: number;
  /** When it is forgotten, whatever became of it. */
  readonly expires_at: number;
};
