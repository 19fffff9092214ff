import { useEffect } from 'react';

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled, [hidden]), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';
const ROW = 'tr, li, article';

/** Where the focus was, and who takes it over once what had it is gone. */
type Place = {
  readonly element: Element;
  readonly row: Element | undefined;
  /** Which of the row's controls it was. */
  readonly at: number;
  /** Rows after it and then those before it: the nearest first. */
  readonly heirs: readonly Element[];
  /** What it stood in, from the nearest outwards. */
  readonly around: readonly Element[];
};

const controlsOf = (element: Element): readonly HTMLElement[] =>
  Array.from(element.querySelectorAll<HTMLElement>(FOCUSABLE)).filter(
    (control) => control.getClientRects().length > 0 && control.closest('.unseen') === null,
  );

function siblings(
  element: Element,
  way: 'nextElementSibling' | 'previousElementSibling',
): readonly Element[] {
  const found: Element[] = [];
  for (let each = element[way]; each !== null; each = each[way]) found.push(each);
  return found;
}

function placeOf(element: Element): Place {
  const row = element.closest(ROW) ?? undefined;
  const around: Element[] = [];
  for (let each = element.parentElement; each !== null; each = each.parentElement) around.push(each);
  return {
    element,
    row,
    at: row ? controlsOf(row).findIndex((control) => control.isSameNode(element)) : -1,
    heirs: row ? [...siblings(row, 'nextElementSibling'), ...siblings(row, 'previousElementSibling')] : [],
    around,
  };
}

const isGone = (element: Element): boolean => !element.isConnected || element.matches(':disabled');

/** Who takes the focus over: what came in its stead, the same control of the next row, or what is nearest. */
function heirOf({ row, at, heirs, around }: Place): HTMLElement | undefined {
  for (const heir of [...(row?.isConnected ? [row] : []), ...heirs]) {
    if (!heir.isConnected) continue;
    const controls = controlsOf(heir);
    const control = controls[at] ?? controls.at(-1);
    if (control) return control;
  }
  // Beyond the page's own content nothing is near any more: its heading says where one is.
  const inner = around.filter((each) => each.isConnected && each.closest('main, dialog') !== null);
  const nearest = inner.find((each) => each.localName !== 'main' && controlsOf(each).length > 0);
  if (nearest) return controlsOf(nearest)[0];
  return document.querySelector<HTMLElement>('main h1') ?? undefined;
}

/**
 * Keeps the focus where it was after every action: what had it and goes, such as a row that is deleted or a button that
 * is replaced, hands it to the nearest that stays. What a dialog gives back to and is gone does the same.
 */
export function useFocusKeeper(): void {
  useEffect(() => {
    /** The last places on the page, in a dialog over it, and anywhere. */
    let page: Place | undefined;
    let dialog: Place | undefined;
    let last: Element | undefined;
    let asked = false;
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      last = target;
      if (target.closest('dialog')) dialog = placeOf(target);
      else if (target.closest('.toasts') === null) page = placeOf(target);
    };
    // Whoever points at nothing has let go of it.
    const onPointer = ({ target }: PointerEvent) => {
      if (target instanceof Element && target.closest('dialog, .toasts') === null) page = last = undefined;
    };
    const look = () => {
      asked = false;
      const { activeElement } = document;
      if (last === undefined || !isGone(last)) return;
      if (activeElement !== null && activeElement !== document.body && activeElement !== last) return;
      const isOpen = dialog?.around.some((each) => each.isConnected && each.localName === 'dialog');
      const place = isOpen ? dialog : page;
      if (place === undefined) return;
      const heir = isGone(place.element) ? heirOf(place) : place.element;
      if (heir instanceof HTMLElement) heir.focus();
    };
    const observer = new MutationObserver(() => {
      if (asked) return;
      asked = true;
      // The browser takes the focus from what is disabled when it draws next.
      requestAnimationFrame(() => requestAnimationFrame(look));
    });
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled'],
    });
    document.addEventListener('focusin', onFocus);
    document.addEventListener('pointerdown', onPointer);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('pointerdown', onPointer);
    };
  }, []);
}
