import { text } from '../words/words.tsx';

/** What the switch does to who is enabled, disabled, or disabled until somebody confirms it. */
export function switchName({
  enabled,
  awaits_confirmation,
}: {
  readonly enabled: boolean;
  readonly awaits_confirmation?: true;
}): string {
  if (enabled) return text('common.disable');
  return awaits_confirmation ? text('common.confirm') : text('common.enable');
}
