import { type ReactNode, useEffect, useState } from 'react';
import type { Permission } from '../api/admin-api.ts';
import { IconButton } from '../components/button.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { useTroubles } from '../pages/overview/troubles.ts';
import { rolesInWords, useMay, useMayEverywhere, useMe } from '../session/me.tsx';
import { signOut } from '../session/oidc.ts';
import { currentTokens } from '../session/session.ts';
import { numberText, text } from '../words/words.tsx';
import { useFocusKeeper } from './focus-keeper.ts';
import { LanguageChoice } from './language-choice.tsx';
import { Logo } from './logo.tsx';
import { Link, useRoute } from './router.tsx';
import { ThemeButton } from './theme.tsx';

const PLACES: readonly {
  readonly heading?: string;
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** Of these permissions one is needed to see anything there. */
  readonly needs?: readonly Permission[];
  /** Whether it must go to everything, and not to the clients of some groups alone. */
  readonly everywhere?: true;
}[] = [
  { path: '/', label: text('shell.place.overview'), icon: 'overview' },
  { path: '/clients', label: text('shell.place.clients'), icon: 'clients', needs: ['clients:read'] },
  {
    path: '/registration-tokens',
    label: text('registration.title'),
    icon: 'keys',
    needs: ['clients:read'],
    everywhere: true,
  },
  { path: '/trust', label: text('shell.place.trust'), icon: 'trust', needs: ['trust:read'] },
  {
    path: '/certificates',
    label: text('shell.place.certificates'),
    icon: 'certificate',
    needs: ['clients:read', 'trust:read', 'keys:read', 'settings:read'],
  },
  { path: '/live', label: text('shell.place.live'), icon: 'live', needs: ['audit:read', 'clients:read'] },
  {
    heading: text('shell.people'),
    path: '/users',
    label: text('shell.place.users'),
    icon: 'users',
    needs: ['people:read'],
  },
  { path: '/groups', label: text('shell.place.groups'), icon: 'groups', needs: ['people:read'] },
  { path: '/roles', label: text('shell.place.roles'), icon: 'roles', needs: ['people:read'] },
  {
    path: '/claims',
    label: text('shell.place.claims'),
    icon: 'claims',
    needs: ['clients:read', 'people:read'],
    everywhere: true,
  },
  {
    path: '/access',
    label: text('shell.place.access'),
    icon: 'sessions',
    needs: ['people:read', 'clients:read'],
  },
  {
    heading: text('shell.server'),
    path: '/keys',
    label: text('shell.place.keys'),
    icon: 'keys',
    needs: ['keys:read'],
  },
  { path: '/audit', label: text('shell.place.audit'), icon: 'audit', needs: ['audit:read', 'clients:read'] },
  { path: '/webhooks', label: text('shell.place.webhooks'), icon: 'webhooks', needs: ['settings:read'] },
  {
    path: '/import',
    label: text('shell.place.import'),
    icon: 'upload',
    needs: ['administrators:write'],
    everywhere: true,
  },
  { path: '/settings', label: text('shell.place.settings'), icon: 'settings', needs: ['settings:read'] },
];

/** How much is broken, beside the place where it is told. */
function TroubleMark() {
  const count = useTroubles()?.length ?? 0;
  if (count === 0) return null;
  return (
    <span className="nav-mark" title={text('overview.attentioncount', { count })}>
      <span aria-hidden="true">{numberText(count)}</span>
      <span className="unseen">{text('overview.attentioncount', { count })}</span>
    </span>
  );
}

/** The frame around every place: navigation at the side, behind a button where there is no room. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { segments } = useRoute();
  const me = useMe();
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  const [open, setOpen] = useState(false);
  useFocusKeeper();
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
        {text('shell.skip')}
      </a>
      <header className="top-bar">
        <IconButton
          icon={open ? 'close' : 'menu'}
          label={text(open ? 'shell.menu.close' : 'shell.menu.open')}
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        />
        <Logo />
        <ThemeButton />
      </header>
      <aside className="side" id="navigation">
        <Logo />
        <nav aria-label={text('shell.navigation')}>
          <ul>
            {PLACES.filter(
              ({ needs, everywhere }) => needs?.some(everywhere ? mayEverywhere : may) ?? true,
            ).map(({ heading, path, label, icon }) => (
              <li key={path}>
                {heading !== undefined && <span className="nav-heading">{heading}</span>}
                <Link to={path} aria-current={here === path ? 'page' : undefined}>
                  <Icon name={icon} />
                  {label}
                  {path === '/' && <TroubleMark />}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="side-foot">
          <LanguageChoice />
          <div className="who">
            <strong>{me.username}</strong>
            <span>{rolesInWords(me).join(', ')}</span>
          </div>
          <ThemeButton />
          <IconButton
            icon="out"
            label={text('shell.signout')}
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
