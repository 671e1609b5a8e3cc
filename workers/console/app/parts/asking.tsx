import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  label: string;
  children: ComponentChildren;
}

/** A part of the page that asks before something is done. It takes the focus, so that its buttons are the next ones of the keyboard. */
export function Asking({ label, children }: Props) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    place.current?.focus();
    return () => {
      // The button that led here may be disabled now, and a page without a focus begins at its top again.
      if (before instanceof HTMLElement) before.focus();
      if (document.activeElement !== before) document.querySelector('main')?.focus();
    };
  }, []);
  return (
    <section ref={place} class="notice" aria-label={label} tabIndex={-1}>
      {children}
    </section>
  );
}
