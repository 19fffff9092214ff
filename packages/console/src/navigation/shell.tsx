import { type ReactNode, useEffect, useState } from 'react';
import { IconButton } from '../components/button.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { ROLE_NAMES, useMe } from '../session/me.tsx';
import { signOut } from '../session/oidc.ts';
import { currentTokens } from '../session/session.ts';
import { Logo } from './logo.tsx';
import { Link, useRoute } from './router.tsx';
import { ThemeButton } from './theme.tsx';

const PLACES: readonly {
  readonly heading?: string;
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
}[] = [
  { path: '/', label: 'Overview', icon: 'overview' },
  { path: '/clients', label: 'Service providers', icon: 'clients' },
  { path: '/trust', label: 'Trust', icon: 'trust' },
  { path: '/certificates', label: 'Certificates', icon: 'certificate' },
  { path: '/live', label: 'Live view', icon: 'live' },
  { heading: 'People', path: '/users', label: 'Users', icon: 'users' },
  { path: '/groups', label: 'Groups', icon: 'groups' },
  { path: '/roles', label: 'Roles', icon: 'roles' },
  { path: '/access', label: 'Sessions and tokens', icon: 'sessions' },
  { heading: 'Server', path: '/keys', label: 'Signing keys', icon: 'keys' },
  { path: '/audit', label: 'Audit trail', icon: 'audit' },
  { path: '/webhooks', label: 'Webhooks', icon: 'webhooks' },
  { path: '/settings', label: 'Settings', icon: 'settings' },
];

/** The frame around every place: navigation at the side, behind a button where there is no room. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { segments } = useRoute();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const here = `/${segments[0] ?? ''}`;
  const place = segments.join('/');
  // biome-ignore lint/correctness/useExhaustiveDependencies: going anywhere closes the menu
  useEffect(() => setOpen(false), [place]);
  useEffect(() => {
    if (!open) return;
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false);
    window.addEventListener('keydown', close);
    return () => window.removeEventListener('keydown', close);
  }, [open]);

  return (
    <div className={`shell${open ? ' menu-open' : ''}`}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="top-bar">
        <IconButton
          icon={open ? 'close' : 'menu'}
          label={open ? 'Close the menu' : 'Open the menu'}
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        />
        <Logo />
        <ThemeButton />
      </header>
      <aside className="side" id="navigation">
        <Logo />
        <nav aria-label="Console">
          <ul>
            {PLACES.map(({ heading, path, label, icon }) => (
              <li key={path}>
                {heading !== undefined && <span className="nav-heading">{heading}</span>}
                <Link to={path} aria-current={here === path ? 'page' : undefined}>
                  <Icon name={icon} />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="side-foot">
          <div className="who">
            <strong>{me.username}</strong>
            <span>{me.roles.map((role) => ROLE_NAMES[role]).join(', ')}</span>
          </div>
          <ThemeButton />
          <IconButton
            icon="out"
            label="Sign out"
            onClick={() => {
              const tokens = currentTokens();
              if (tokens) void signOut(tokens);
            }}
          />
        </div>
      </aside>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
