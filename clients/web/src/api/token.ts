// The token, where the server wants one. It lives as long as the tab.

const KEY = 'ttstd-token';

export function readToken(): string | null {
  return sessionStorage.getItem(KEY);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}
