#!/bin/sh
# Drains nodes on which exec is broken, in the cluster of kubectl's current context. Read it before you run it.
# kubectl evicts no pod that a PodDisruptionBudget holds back: it tries again until the timeout, and the script
# ends there. It also refuses nodes with pods that have no controller, or that keep data in emptyDir volumes;
# where that data may be lost, add --delete-emptydir-data below.
set -eu

drain() {
  echo "draining $1" >&2
  kubectl drain "$1" --ignore-daemonsets --timeout=15m || {
    echo "$1 is cordoned, but not drained; the nodes after it are only cordoned" >&2
    exit 1
  }
}

# PodDisruptionBudgets were not read: the order is by harm alone, and kubectl may have to wait
# Now, so that no evicted pod moves to a node that is drained later.
kubectl cordon 'node-2'

# 1. node-2: evicts 2 pods; 2 with exec probes or hooks, 0 of them not Ready, 0 restarts
drain 'node-2'
# Then: update docker to 1.13.1-88 or later
#   kubectl uncordon 'node-2'
