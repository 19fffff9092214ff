/** The mark: a shield that carries a tick. */
export function Logo() {
  return (
    <span className="logo">
      <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="logo-ground" />
        <path d="M16 6l8 3v6c0 5.2-3.3 9-8 11-4.7-2-8-5.8-8-11V9z" className="logo-line" />
        <path d="M12 15.500l3 3 5.5-6" className="logo-line" />
      </svg>
      Countersign
    </span>
  );
}
