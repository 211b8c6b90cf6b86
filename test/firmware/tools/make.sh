#!/bin/sh
# Runs one target of the Makefile and ends with make's status, or with 77 where a tool of that target is
# missing: make itself turns each failure of a recipe into 2.
#
#   sh tools/make.sh check|sanitize|drive|size|fuzz|fuzz-replay [VARIABLE=VALUE...]

cd "$(dirname "$0")/.." || exit 1
case ${1:-all} in
all | check) needs="make ${CC:-cc}" ;;
sanitize | fuzz-replay) needs="make ${CC:-cc} sanitizers" ;;
drive) needs="make ${CC:-cc} python3" ;;
size) needs="make arm-none-eabi-gcc python3" ;;
fuzz | fuzz-corpus) needs="make clang libfuzzer" ;;
clean) needs=make ;;
*)
	echo "tools/make.sh: no such target: $1" >&2
	exit 2 ;;
esac
# Each need is a word of its own.
sh tools/need.sh $needs || exit 77
exec make "$@"
