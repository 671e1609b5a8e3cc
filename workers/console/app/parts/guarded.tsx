import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

/** A view that can fail without taking the page with it: the way to the other views stays. Another place makes another one, by its key. */
export function Guarded({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary((error: unknown) => console.error(error));
  if (error === undefined) return <>{children}</>;
  return (
    <p class="notice bad" role="alert">
      This view cannot be shown: {String(error)}. Choose another one, or load the page again.
    </p>
  );
}
