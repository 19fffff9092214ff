import type { ComponentProps } from 'react';
import { Link } from '../navigation/router.tsx';
import { Icon, type IconName } from './icon.tsx';

type Look = {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** Shows that work is under way and takes no clicks meanwhile. */
  readonly busy?: boolean;
};

const classOf = ({ look = 'plain' }: Look, small: boolean | undefined) =>
  `button ${look}${small ? ' small' : ''}`;

export function Button({
  look = 'plain',
  icon,
  busy = false,
  small,
  children,
  onClick,
  ...rest
}: ComponentProps<'button'> & Look & { readonly small?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      className={classOf({ look }, small)}
      // Not disabled: that would take the focus from it, and a form sends nothing either when this takes no click.
      aria-disabled={busy || undefined}
      aria-busy={busy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon && <Icon name={icon} size={small ? 16 : 18} />}
      {children}
    </button>
  );
}

export function ButtonLink({
  to,
  look = 'plain',
  icon,
  small,
  children,
}: Look & { readonly to: string; readonly small?: boolean; readonly children: React.ReactNode }) {
  return (
    <Link to={to} className={classOf({ look }, small)}>
      {icon && <Icon name={icon} size={small ? 16 : 18} />}
      {children}
    </Link>
  );
}

/** A button that is an icon alone; `label` says what it does. */
export function IconButton({
  icon,
  label,
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & { readonly icon: IconName; readonly label: string }) {
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${rest.className ?? ''}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  );
}
