# State of the stand-ins: assignments in the file STAND_IN_STATE, of which the last one counts. Each call is noted beside it.
. "$STAND_IN_STATE"
program=$(basename "$0")
printf '%s\n' "$program $*" >>"$STAND_IN_STATE.calls"
for last; do :; done # the last argument

save() { printf "%s='%s'\n" "$1" "$2" >>"$STAND_IN_STATE"; }
refuse() { printf '%s\n' "$2" >&2; exit "$1"; }
asks() { case " $arguments " in *" $1 "*) ;; *) return 1 ;; esac; }
arguments="$*"
