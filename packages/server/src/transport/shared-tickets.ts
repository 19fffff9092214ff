/** The keys of TLS tickets, and what belongs to their sessions, where several processes answer at one port. */
export type SharedTickets = {
  /**
   * The keys of now.
   * @param listener what must differ where a session must not be resumed: the listener, its certificate
   * @returns 48 octets, the same in every process
   */
  keysFor(listener: string): Buffer;
  /** Asks for new keys in every process. */
  renew(): void;
  onRenewed(listener: () => void): void;
  /** Tells the others what a session's client sent beside its certificate; resolves once each knows before it could need it. */
  share(session: string, certificates: readonly Uint8Array[]): Promise<void>;
  onShared(listener: (session: string, certificates: readonly Uint8Array[]) => void): void;
};
