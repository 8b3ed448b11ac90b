#!/bin/bash
# Does this node run a build that is known to break exec? A custom plugin of node-problem-detector.
#
#   exec-probe-broken.sh ROOT
#
# ROOT is the node's file system: / on the node itself; anywhere else its programs are run by chroot.
# Exit code 1: yes, and the message begins with the id in probe-guard's catalogue. 0: no known build does. 2: unknown.
# The builds are in broken-builds.txt beside this file.
#
# Needs bash 4.2 (CentOS 7) and rpm or dpkg. No here-documents, which bash writes to files.
set -u
export LC_ALL=C

# Sets ORDER to -1, 0 or 1: how rpm orders two versions, or two releases.
rpm_order() {
  local a=$1 b=$2 x y
  while [[ $a || $b ]]; do
    a=${a#"${a%%[A-Za-z0-9~^]*}"}
    b=${b#"${b%%[A-Za-z0-9~^]*}"}
    if [[ $a == '~'* || $b == '~'* ]]; then # older than anything, even than the end
      [[ $a == '~'* ]] || { ORDER=1; return; }
      [[ $b == '~'* ]] || { ORDER=-1; return; }
      a=${a:1} b=${b:1}
      continue
    fi
    if [[ $a == '^'* || $b == '^'* ]]; then # newer than the end, older than anything else
      [[ $a ]] || { ORDER=-1; return; }
      [[ $b ]] || { ORDER=1; return; }
      [[ $a == '^'* ]] || { ORDER=1; return; }
      [[ $b == '^'* ]] || { ORDER=-1; return; }
      a=${a:1} b=${b:1}
      continue
    fi
    [[ $a && $b ]] || break
    if [[ $a == [0-9]* ]]; then
      x=${a%%[!0-9]*} y=${b%%[!0-9]*}
      [[ $y ]] || { ORDER=1; return; } # numbers are newer than letters
      a=${a#"$x"} b=${b#"$y"}
      x=${x#"${x%%[!0]*}"} y=${y#"${y%%[!0]*}"}
      ((${#x} == ${#y})) || { ((ORDER = ${#x} > ${#y} ? 1 : -1)); return; }
    else
      x=${a%%[!A-Za-z]*} y=${b%%[!A-Za-z]*}
      [[ $y ]] || { ORDER=-1; return; }
      a=${a#"$x"} b=${b#"$y"}
    fi
    [[ $x == "$y" ]] || { if [[ $x > $y ]]; then ORDER=1; else ORDER=-1; fi; return; }
  done
  ORDER=0
  [[ -z $a ]] || ORDER=1
  [[ -z $b ]] || ORDER=-1
}

# The same for VERSION or VERSION-RELEASE. A version alone comes before all its releases.
rpm_evr_order() {
  local a=$1 b=$2
  rpm_order "${a%%-*}" "${b%%-*}"
  ((ORDER == 0)) || return
  [[ $a == *-* ]] && a=${a#*-} || a=
  [[ $b == *-* ]] && b=${b#*-} || b=
  rpm_order "$a" "$b"
}

# Whether version $2 of a kind $1 of package meets every constraint that follows, such as ">=1.6.29".
meets() {
  local kind=$1 version=$2 constraint sign bound
  shift 2
  for constraint; do
    bound=${constraint##*[<=>]}
    sign=${constraint%"$bound"}
    if [[ $kind == deb ]]; then
      [[ $sign == [\<\>] ]] && sign=$sign$sign # as dpkg writes them
      node dpkg --compare-versions "$version" "$sign" "$bound" || return 1
      continue
    fi
    rpm_evr_order "$version" "$bound"
    case $sign in
      '<') ((ORDER < 0)) ;;
      '<=') ((ORDER <= 0)) ;;
      '=') ((ORDER == 0)) ;;
      '>=') ((ORDER >= 0)) ;;
      '>') ((ORDER > 0)) ;;
      *) false ;;
    esac || return 1
  done
}

# Runs a program of the node.
node() {
  if [[ $ROOT == / ]]; then "$@"; else chroot "$ROOT" "$@"; fi 2>/dev/null
}

# Prints the installed versions of a package, or the version that a runtime's own program prints; fails if there is none.
# Programs that are not installed end in 126 or 127.
installed() {
  local kind=$1 name=$2 output
  case $kind in
    rpm) node rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$name" ;;
    deb)
      # shellcheck disable=SC2016 # the names are dpkg's
      output=$(node dpkg-query -W -f '${Status} ${Version}' "$name") || return
      [[ $output == *' installed '* ]] && echo "${output##* }"
      ;;
    runtime)
      case $name in
        containerd) output=$(node containerd --version) || return ;;
        cri-o) output=$(node crio --version) || return ;;
        docker) output=$(node dockerd --version) || return ;;
      esac
      # A distribution's own revision may include a fix that upstream's version does not.
      [[ $output =~ [[:space:]]v?([0-9]+\.[0-9]+\.[0-9]+)(\+[^[:space:]]*)?(,|[[:space:]]|$) ]] && echo "${BASH_REMATCH[1]}"
      ;;
  esac
}

# Whether the node has a runtime; "-" for any node.
has() {
  [[ $1 == - ]] || installed runtime "$1" >/dev/null
}

main() {
  ROOT=${1:-}
  local table=${BASH_SOURCE[0]%/*}/broken-builds.txt answered='' id kind name dist beside constraints version key status
  local -A known
  if [[ -z $ROOT || ! -d $ROOT/etc ]]; then
    echo "no node file system at \"$ROOT\"; usage: exec-probe-broken.sh ROOT"
    return 2
  fi
  if [[ ! -r $table ]]; then
    echo "cannot read $table"
    return 2
  fi
  while read -r id kind name dist beside constraints; do
    [[ $id && $id != '#'* ]] || continue
    key=$kind/$name
    if [[ -z ${known[$key]+asked} ]]; then
      known[$key]=$(installed "$kind" "$name")
      status=$?
      ((status < 125)) && answered=yes
      ((status == 0)) || known[$key]=''
    fi
    for version in ${known[$key]}; do
      # shellcheck disable=SC2086 # one argument each
      if [[ $dist == - || $version == *"$dist"* ]] && meets "$kind" "$version" $constraints && has "$beside"; then
        echo "$id: $name $version"
        return 1
      fi
    done
  done <"$table"
  if [[ -z $answered ]]; then
    echo "cannot run rpm, dpkg-query or a runtime in $ROOT"
    return 2
  fi
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
