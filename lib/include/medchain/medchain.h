// MedChain: a permissioned ledger of sealed medical records. Where to begin:
//
//   to seal and open documents            sealing.h, keys.h, key_file.h
//   to talk to a running node             rpc/client.h, transaction.h
//   to check a receipt offline            receipt.h, genesis.h
//   to run a network in your own process  in_process.h, engine.h
//   to run a node                         rpc/node.h, rocksdb.h, http.h
//   to take what devices report           gateway.h, fhir.h, hl7v2.h
//   to understand the protocol            consensus.h, election.h, state.h
//
// Everything fails through Result (result.h), is written as BCS (bcs.h), and is bounded by limits.h. This header
// includes the library's core; rocksdb.h, rpc/, http.h and gateway.h belong to components of their own.
#pragma once

#include "medchain/engine.h"
#include "medchain/evidence.h"
#include "medchain/genesis.h"
#include "medchain/in_process.h"
#include "medchain/key_file.h"
#include "medchain/receipt.h"
#include "medchain/sealing.h"
