import { type ReactNode, useEffect, useRef } from 'react';
import { Icon, type IconName } from '../icon.tsx';

/** A button that opens a panel below it; Escape and a click elsewhere close it, and the focus goes back. */
export function Menu({
  label,
  icon,
  children,
}: {
  readonly label: string;
  readonly icon?: IconName;
  readonly children: ReactNode | ((close: () => void) => ReactNode);
}) {
  const details = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (!details.current?.open) return;
    const hadFocus = details.current.contains(document.activeElement);
    details.current.open = false;
    if (hadFocus) details.current.querySelector('summary')?.focus();
  };
  useEffect(() => {
    const elsewhere = (event: Event) => {
      const isInside = event.target instanceof Node && details.current?.contains(event.target);
      if (details.current?.open && !isInside) details.current.open = false;
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
    };
  }, []);
  return (
    <details
      className="menu"
      ref={details}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <summary className="button plain small">
        {icon && <Icon name={icon} size={16} />}
        {label}
      </summary>
      <div className="menu-panel">{typeof children === 'function' ? children(close) : children}</div>
    </details>
  );
}
