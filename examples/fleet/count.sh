#!/bin/sh
# Counts in redis, ten times a second, and writes the page that nginx serves.
set -u
waiting=
while :; do
	if n=$(redis-cli -s "$REDIS" --raw incr counter 2>/dev/null) && [ "$n" -gt 0 ] 2>/dev/null; then
		[ -z "$waiting" ] || echo "redis is back at $n"
		waiting=
		[ $((n % 50)) -ne 1 ] || echo "counted to $n"
		echo "<!doctype html><title>svinit</title><p>redis has counted to <b>$n</b></p>" >"$PAGE.new"
		mv "$PAGE.new" "$PAGE"
	elif [ -z "$waiting" ]; then
		echo "waiting for redis" >&2
		waiting=yes
	fi
	sleep 0.1
done
