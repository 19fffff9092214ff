/** Line icons on a grid of 24, drawn for this console. */
const PATHS = {
  overview: 'M4 13h6V4H4zM14 20h6V4h-6zM4 20h6v-3H4z',
  clients: 'M4 6h16v5H4zM4 15h16v5H4zM8 8.5h.01M8 17.5h.01',
  trust: 'M12 3l8 3v6c0 4.6-3.3 7.8-8 9-4.7-1.2-8-4.4-8-9V6zM8.5 12l2.5 2.5 4.5-5',
  live: 'M3 12h4l3-8 4 16 3-8h4',
  users:
    'M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.500a3.2 3.2 0 010 6.200M18 14.500c2 .7 3.2 2.5 3.5 5.5',
  groups:
    'M12 9a3 3 0 100-6 3 3 0 000 6zM5 21a3 3 0 100-6 3 3 0 000 6zM19 21a3 3 0 100-6 3 3 0 000 6zM12 9v3M5 15v-3h14v3',
  roles: 'M4 4h8l8 8-8 8-8-8zM8.5 8.500h.01',
  sessions: 'M4 5h16v11H4zM9 20h6M12 16v4',
  keys: 'M15 9a4 4 0 11-3.8-4A4 4 0 0115 9zM12 12l-8 8M6 18l2 2M9 15l2 2',
  audit: 'M6 3h9l4 4v14H6zM9 10h7M9 14h7M9 18h4',
  webhooks: 'M6 17v-6a6 6 0 0112 0v6M4 17h16M10 20.500a2 2 0 004 0',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  plus: 'M12 5v14M5 12h14',
  search: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l4.5 4.5',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12.500l4.5 4.500L19 7',
  warning: 'M12 4l9 16H3zM12 10v4M12 17.500h.01',
  error: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7.500v5M12 16h.01',
  info: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v5.500M12 7.500h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  sun: 'M12 16a4 4 0 100-8 4 4 0 000 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.600L7 7M17 17l1.4 1.400M5.6 18.400L7 17M17 7l1.4-1.4',
  moon: 'M20 14.500A8.5 8.5 0 019.5 4a8.5 8.5 0 1010.5 10.500z',
  auto: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 3v18',
  out: 'M14 4h5v16h-5M11 8l-4 4 4 4M7 12h9',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l12 7-12 7z',
  refresh: 'M20 11A8 8 0 006 6.500L4 8.500M4 4v4.500h4.500M4 13a8 8 0 0014 4.500l2-2M20 20v-4.500h-4.5',
  chevron: 'M9 6l6 6-6 6',
  back: 'M15 6l-6 6 6 6',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  upload: 'M12 16V5M7.5 9.500L12 5l4.5 4.500M5 16v4h14v-4',
  download: 'M12 5v11M7.5 11.500L12 16l4.5-4.500M5 19h14',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  certificate: 'M4 5h16v10h-6M4 5v10h4M8 9h8M11 20v-3a2.5 2.5 0 113.5-2.300A2.5 2.5 0 0114 17v3l-1.5-1z',
  empty: 'M4 13l3-8h10l3 8v6H4zM4 13h5l1 2h4l1-2h5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
