/*
 * The protocol of this service, small enough to try every interleaving: one subscription with one period to bill, two billers, a sender
 * with one event of the period, a dispatcher, and a provider that honours keys. Billers and the dispatcher may die at any point, up to
 * KILLS times, and are started again; what a transaction had not committed is gone, and its lock with it.
 *
 *   spin -a billing.pml && gcc -O2 -o pan pan.c && ./pan -a -N once
 *
 * Each of these leaves out one part, and is refuted:
 *   -DWITHOUT_TRANSACTION    document, ledger and outbox are committed one by one
 *   -DWITHOUT_EVENT_LOCK     the event is stamped and committed without the customer's lock
 *   -DWITHOUT_DELIVERY_KEY   the provider does not know a second delivery
 */
#ifndef KILLS
#define KILLS 3
#endif

/* What is committed. */
byte documents = 0;   /* of the period */
byte postings = 0;    /* entries of the ledger that belong to it */
bool outbox = false;  /* the document's row in the outbox */
bool marked = false;  /* that row says: delivered */
byte clock = 1;       /* the database's: every stamp is later than the one before */
byte known = 0;       /* the document's moment of knowledge */
bool stored = false;  /* the event is committed */
byte received = 0;    /* with this stamp */
bool counted = false; /* the document counts it */
bool corrected = false; /* a later document does */

/* The provider: documents that it has, and whether it knows the key. */
byte charged = 0;
bool keyKnown = false;

/* The customer's lock: shared by senders, exclusive for billers. A process that dies lets go. */
byte sharers = 0;
bool exclusive = false;

byte kills = 0;
byte finished = 0; /* billers that have found nothing more to do */

#define MAY_DIE(restart) if :: kills < KILLS -> kills++; goto restart :: skip fi
#define MAY_DIE_WITH_LOCK(restart) if :: kills < KILLS -> atomic { kills++; exclusive = false }; goto restart :: skip fi

/* The sender: lock, stamp, insert, commit. It has one event, and redelivers until it has its answer; a second delivery changes nothing. */
active proctype Sender() {
  byte stamp;
#ifndef WITHOUT_EVENT_LOCK
  atomic { !exclusive -> sharers++ };
#endif
  atomic { stamp = clock; clock++ };
  /* Between the stamp and the commit: here a biller must not read. */
  atomic {
    stored = true; received = stamp;
#ifndef WITHOUT_EVENT_LOCK
    sharers--
#endif
  }
}

active [2] proctype Biller() {
  byte moment;
  bool sees;
again:
  MAY_DIE(again);
  /* begin; the exclusive lock */
  atomic { !exclusive && sharers == 0 -> exclusive = true };
  /* The moment first, the rows in later statements. */
  atomic { moment = clock; clock++ };
  MAY_DIE_WITH_LOCK(again);
  if
  :: documents == 0 ->
    sees = stored && received <= moment;
    MAY_DIE_WITH_LOCK(again);
#ifdef WITHOUT_TRANSACTION
    atomic { documents++; known = moment; counted = sees };
    MAY_DIE_WITH_LOCK(again);
    postings++;
    MAY_DIE_WITH_LOCK(again);
    outbox = true;
    exclusive = false;
#else
    /* document, postings, outbox, known: seen by nobody, and gone if it dies, until … */
    MAY_DIE_WITH_LOCK(again);
    /* … the commit, after which the lock is free. */
    atomic {
      documents++; postings++; outbox = true; known = moment; counted = sees;
      exclusive = false
    };
#endif
    MAY_DIE(again);
    goto again
  :: else ->
    /* The next document asks for what was received since the last one's moment. */
    if
    :: stored && received > known && !counted && !corrected -> corrected = true
    :: else -> skip
    fi;
    exclusive = false
  fi;
  finished++
}

/* The biller of the month after: when all is quiet, late events are found by their stamp. */
active proctype NextMonth() {
  atomic { finished == 2 && stored && !exclusive && sharers == 0 ->
    if
    :: received > known && !counted && !corrected -> corrected = true
    :: else -> skip
    fi
  };
}

/* Delivers what is in the outbox until that says delivered: at least once. */
active proctype Dispatcher() {
again:
  outbox && !marked;
  MAY_DIE(again);
  /* The provider answers, or not: either way it may have it. */
  atomic {
    if
    :: !keyKnown -> charged++; keyKnown = true
#ifdef WITHOUT_DELIVERY_KEY
    :: keyKnown -> charged++
#else
    :: keyKnown -> skip
#endif
    fi
  };
  MAY_DIE(again);
  marked = true
}

ltl once { [] (documents <= 1 && postings <= 1 && charged <= 1) }
ltl whole { [] ((documents == postings) && ((documents == 1) == outbox)) }
ltl never_twice { [] !(counted && corrected) }
ltl billed { <> (documents == 1 && postings == 1) }
ltl delivered { <> [] (marked && charged == 1) }
ltl nothing_lost { <> [] (counted || corrected) }
