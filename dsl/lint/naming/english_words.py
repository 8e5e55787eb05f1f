"""Words of the sales method in English: participles, verbs of to-dos, nouns of phases, states that go on."""

from __future__ import annotations

from voronka.dsl.lint.naming.kinds import listed

PARTICIPLES = listed(
    """
    begun bid bought broken brought built chosen come cut dealt done drawn driven fallen felt forgotten found given
    gone got gotten grown heard held hidden hit kept known laid led left lent let lost made meant met paid put read
    redone reset rewon run said seen sent set shipped shown shut signed sold sought spent split spoken spread stood
    submitted taken taught thought told understood undertaken upheld withdrawn won written
    """
)
"""Irregular ones, and those that say a thing is over; regular ones end in -ed."""
PAST = listed(
    """
    began came did drew drove fell found gave got had held knew left lost made met paid ran saw sent set sold spoke
    told took went won wrote
    """
)
# -ed at the end, and yet no completed action.
NOT_PARTICIPLES = listed(
    """
    bed breed deed disinterested embed estimated exceed feed greed heed indeed interested limited motivated need
    needed proceed red related required rushed seed shed sled speed succeed unbilled uninterested unpaid wed weed
    """
)
AGREED = listed("agreed guaranteed freed decreed")
FINISHED = listed("complete done")
PREPOSITIONS = listed("in on under out off at by for from with without after before")
# Somebody is at it, first or last in a name: “Negotiating”, “Recommendation preparing”.
ONGOING = listed(
    """
    awaiting bargaining buying chasing comparing considering contacting deciding discussing drafting estimating
    evaluating exploring finalising finalizing following gathering hesitating hunting installing interviewing
    learning monitoring negotiating nurturing pending preparing processing pursuing quoting reconsidering
    researching reviewing shopping thinking trying waiting weighing working
    """
)
STANDSTILL = listed(
    """
    blocked deferred delayed dormant frozen idle ongoing parked paused pending postponed stale stalled standby stuck
    suspended undecided
    """
)
# After “in”, “under”, “on”, “for”: what goes on.
STATES = listed(
    """
    approval assessment background build consideration contact conversation deliberation design development
    dialogue discussion discussions docs evaluation execution flight fulfillment fulfilment hold implementation
    investigation legal limbo negotiation negotiations nurture onboarding pause pipeline process processing
    procurement production progress queue realisation realization review talks transit underwriting verification
    waiting work works
    """
)
OF_NEEDS = listed("analysis assessment definition discovery evaluation identification research survey")
"""What ends the name of a phase that begins with “needs”."""
WANTED = listed("needed required")
# Verbs that are hardly nouns in the name of a stage.
VERBS = listed(
    """
    accept activate add address advise agree align analyse analyze appeal apply approve archive arrange ask assess
    assign assist attach attend attract begin book bring build buy call cancel chase check choose clarify close
    collect compile complete confirm connect contact convert convince coordinate correct create cultivate decide
    define deliver demonstrate deploy discover discuss dispatch draw educate email encourage engage ensure enter
    escalate evaluate explain explore extend fill finalise finalize find fix follow forward gather generate get
    give hand handle help hold identify inform initiate inspect install introduce investigate invite issue join
    keep launch learn leave listen make mark meet mentor move negotiate notify nudge nurture obtain onboard order
    organise organize outline pay perform persuade phone pick pitch place postpone prepare present probe process
    propose provide publish pursue qualify quantify quote re-engage reach reactivate reassign receive recheck
    recommend reconnect recontact record refer register reject remind remove replace reply request reschedule
    research resend resolve respond resubmit retry return review revisit run schedule secure select sell send set
    share ship show sign solicit solve sort start steward stop submit suggest tag take talk tell train try unblock
    understand update upload use validate verify visit wait win work write
    """
)
# Those of them that are nouns as well: a to-do only with an object or an adverb behind them.
NOUN_VERBS = listed(
    """
    appeal book call chase check close contact delivery dispatch email forward help hold issue launch leave mark
    meet order pay phone pick pitch place present process quote reply request research return review run schedule
    set share ship show sign start stop tag talk train try update visit wait win work
    """
)
OBJECTS = listed(
    """
    a again all an application appointment back buyer call client clients contract crm customer customers deal
    deals demo deposit details docs documents for goods her him info information invoice items lead leads meeting
    more new off offer on out owner parts payment price pricing product proposal prospect prospects quote record
    records references sample samples the them to up update with
    """
)
EVENTS = listed("call demo meeting session visit")
"""“Review meeting” is one; only of a date is “Book meeting” said."""
DATED = listed("book schedule set")
QUALITIES = listed("active dead done hot incomplete inactive live new open overdue ready urgent")
"""At the end they say how a thing is: “Build active”."""
PERSONS = listed(
    """
    buyer candidate client clients company contact contacts customer customers lead leads partner partners patient
    prospect prospects referee seller supplier tenant user users vendor
    """
)
# Words before a noun that make it a sort of deal or client, not a phase.
SORTS = listed(
    """
    active bad cold current duplicate existing failed fresh good high hot incoming invalid junk key lost low
    lukewarm medium new no old open past poor potential recently strong unresponsive valid vip warm weak wrong
    """
)
PHASES = listed(
    """
    abandonment acceptance agreement alignment analysis application appointment appraisal approval assessment audit
    backorder booking brief briefing budget call callback campaign capture case check check-in checkout close
    closing closure commit commitment complaint concept conditions conflict consult consultation contact contract
    contracting contracts conversation counter-offer day decision delivery demo demonstration demos deposit design
    diagnosis diligence discount discovery discussion discussions dispatch dispute documentation documents draft
    drop-off engagement enquiry estimate estimates evaluation event exploration fact-finding failure feedback
    finding fit fitting follow-up follow-ups followup fulfillment fulfilment generation growth handoff handover
    implementation initiation inquiry inspection installation intake interview interviews intro introduction
    investigation invitation invoice invoicing kick-off kickoff layout legal listing making maturation measure
    measurement meeting meetings mock-up mockup negotiation negotiations nurture offer offers onboarding order
    orders outreach payment permit permits pickup pilot pitch plan planning poc prep preparation prequalification
    presentation pricing procurement production proof proposal proposals proposition prospecting prototype purchase
    qa qualification quotation quotations quote quotes recommendation referencing referral refund registration
    rehearsal renewal repair research response return review reviews sale sampling scheduling scope scoping
    screening setting setup shipping showing sign-off signature signing signoff sketch sourcing strategy success
    survey takeoff tasting test testing tour training trial underwriting upgrade upsell validation verification
    viewing visit walk walk-through walkthrough win workshop workup
    """
)
# Adjectives, not what somebody is at.
NOT_GERUNDS = listed("existing incoming interesting missing ongoing outgoing outstanding promising upcoming willing")
NOUN_ENDINGS = ("tion", "sion", "ment")

IRREGULAR = {
    "send": "sent",
    "resend": "resent",
    "make": "made",
    "get": "received",
    "obtain": "obtained",
    "hold": "held",
    "meet": "met",
    "pay": "paid",
    "write": "written",
    "find": "found",
    "choose": "chosen",
    "give": "given",
    "take": "taken",
    "set": "set",
    "win": "won",
    "sell": "sold",
    "show": "shown",
    "begin": "begun",
    "submit": "submitted",
    "run": "run",
    "tell": "told",
    "get more": "received",
    "bring": "brought",
    "build": "built",
    "buy": "bought",
    "draw": "drawn",
    "keep": "kept",
    "leave": "left",
    "understand": "understood",
}
RESULTS = {
    "proposal": "Proposal sent",
    "quote": "Quote sent",
    "quotation": "Quotation sent",
    "estimate": "Estimate sent",
    "offer": "Offer sent",
    "price quote": "Price quote sent",
    "contract": "Contract signed",
    "agreement": "Agreement signed",
    "invoice": "Invoice sent",
    "final invoice": "Final invoice sent",
    "payment": "Payment received",
    "deposit": "Deposit received",
    "demo": "Demo held",
    "demonstration": "Demonstration held",
    "meeting": "Meeting held",
    "presentation": "Presentation held",
    "consultation": "Consultation held",
    "discovery call": "Discovery call held",
    "viewing": "Viewing held",
    "site visit": "Site visit held",
    "inspection": "Inspection completed",
    "survey": "Survey completed",
    "assessment": "Assessment completed",
    "discovery": "Needs identified",
    "needs analysis": "Needs identified",
    "need analysis": "Needs identified",
    "qualification": "Qualified",
    "negotiation": "Terms agreed",
    "negotiations": "Terms agreed",
    "price negotiation": "Price agreed",
    "negotiating": "Terms agreed",
    "in negotiation": "Terms agreed",
    "initial contact": "Contact made",
    "first contact": "Contact made",
    "trial": "Trial completed",
    "pilot": "Pilot completed",
    "application": "Application submitted",
    "delivery": "Order delivered",
    "onboarding": "Onboarding completed",
    "awaiting payment": "Invoice sent",
    "payment pending": "Invoice sent",
    "awaiting response": "Proposal sent",
    "call back": "Client reached",
    "call again": "Client reached",
}
