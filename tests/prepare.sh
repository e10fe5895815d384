#!/usr/bin/env bash
# Brings what the tests drive for real: PostgreSQL and Chromium from Debian, where this user may install them.
# Without them the tests that need them are skipped and say so.
set -u
need=()
command -v chromium >/dev/null 2>&1 || need+=(chromium fonts-noto-cjk)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || need+=(postgresql)
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests: ${need[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -qq update && apt-get -qq install -y --no-install-recommends "${need[@]}"; } >/dev/null 2>&1 \
    || echo "could not install ${need[*]}: tests that need them are skipped"
else
  echo "not installed: ${need[*]} (tests that need them are skipped; install them to run those too)"
fi
exit 0
