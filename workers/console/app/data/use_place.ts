import { useEffect, useState } from 'preact/hooks';

/** Where in the page somebody is: view, range and filters. All of it is in the URL, so a link leads to the same sight. */
export interface Place {
  get(name: string): string | null;
  /** The URL with some fields changed; null removes one. */
  href(changes: Readonly<Record<string, string | null>>): string;
  /** Goes there, as a link does. */
  go(changes: Readonly<Record<string, string | null>>): void;
}

/** The current place, which follows links inside the page and the browser's history. */
export function usePlace(): Place {
  const [search, setSearch] = useState(location.search);
  useEffect(() => {
    const follow = () => setSearch(location.search);
    const click = (event: MouseEvent) => {
      const link = inPage(event);
      if (link === undefined) return;
      event.preventDefault();
      history.pushState(null, '', link.href);
      follow();
    };
    addEventListener('popstate', follow);
    addEventListener('click', click);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('click', click);
    };
  }, []);
  const params = new URLSearchParams(search);
  const href = (changes: Readonly<Record<string, string | null>>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes))
      if (value === null) next.delete(name);
      else next.set(name, value);
    const text = next.toString();
    return text === '' ? '/' : `/?${text}`;
  };
  return {
    get: (name) => params.get(name),
    href,
    go(changes) {
      history.pushState(null, '', href(changes));
      setSearch(location.search);
    },
  };
}

/** A link inside the page that was clicked. A modified click opens a tab, as everywhere. */
function inPage({ target, ctrlKey, metaKey, shiftKey }: MouseEvent): HTMLAnchorElement | undefined {
  const link = target instanceof Element ? target.closest('a') : null;
  if (link === null || ctrlKey || metaKey || shiftKey) return undefined;
  return link.origin === location.origin && link.pathname === '/' ? link : undefined;
}
