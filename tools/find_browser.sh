#!/bin/sh
# The browser tests need a Chromium: say which, or install one where that needs no password.
for name in "${LAMBADA_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium here: installing Debian's for the browser tests ..."
    # A list that cannot be had (somebody's third repository) is no reason not to try.
    words=$({ apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium iproute2; } 2>&1) &&
        exit 0
    printf '%s\n' "$words" | tail -n 5
fi
echo "No Chromium found and none installed: the browser tests will be skipped and named at the end."
