/** What the switch does to who is enabled, disabled, or disabled until somebody confirms it. */
export function switchName({
  enabled,
  awaits_confirmation,
}: {
  readonly enabled: boolean;
  readonly awaits_confirmation?: true;
}): string {
  if (enabled) return 'Disable';
  return awaits_confirmation ? 'Confirm' : 'Enable';
}
