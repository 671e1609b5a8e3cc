/** One answer. */
export interface Visit {
  status: number;
  /** Without the line break at its end. */
  text: string;
  headers: Headers;
  /** Whether the answer set a session cookie. */
  cookie_set: boolean;
}

/** A client that keeps session cookies, as a browser does. */
export interface Browser {
  /** The cookies it sends; empty: none yet. */
  cookie: string;
  get(path?: string, headers?: Record<string, string>): Promise<Visit>;
}

/** Creates a client without cookies. @param url of the gateway, without a trailing slash */
export function newBrowser(url: string): Browser {
  return {
    cookie: '',
    async get(path = '/', headers = {}) {
      const cookie = [this.cookie, headers['cookie']].filter(Boolean).join('; ');
      const response = await fetch(url + path, { headers: cookie === '' ? headers : { ...headers, cookie } });
      const text = (await response.text()).trimEnd();
      const [ours] = response.headers.getSetCookie().filter((each) => each.startsWith('__plimsoll'));
      if (ours !== undefined) this.cookie = ours.split(';')[0] ?? '';
      return { status: response.status, text, headers: response.headers, cookie_set: ours !== undefined };
    },
  };
}
