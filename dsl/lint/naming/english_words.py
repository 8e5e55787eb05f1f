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
    awaiting buying chasing comparing considering contacting deciding discussing evaluating finalising finalizing
    following gathering hesitating installing monitoring negotiating nurturing pending preparing processing pursuing
    quoting reconsidering researching reviewing shopping thinking waiting weighing working
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
    approval assessment background consideration contact conversation deliberation design development dialogue
    discussion discussions docs evaluation execution flight fulfillment fulfilment hold implementation investigation
    legal limbo negotiation negotiations nurture onboarding pause pipeline process processing procurement production
    progress queue realisation realization review talks transit underwriting verification waiting work works
    """
)
WANTED = listed("needed required")
# Verbs that are hardly nouns in the name of a stage.
VERBS = listed(
    """
    activate align analyse analyze apply archive arrange ask assess assign attract begin book bring call chase check
    choose clarify collect complete confirm connect contact convert convince create cultivate decide define deliver
    demonstrate discover discuss email encourage engage ensure escalate evaluate explain extend fill finalise
    finalize find follow gather generate get give hand handle help identify inform install introduce invite issue
    keep learn listen make meet mentor move negotiate notify nudge nurture obtain onboard organise organize outline
    pay perform persuade phone pick pitch place prepare present process propose provide pursue qualify quantify
    quote re-engage reach reassign receive recheck recontact record register remind reply request reschedule
    research resend resolve respond retry return revisit run schedule secure sell send set share show sign solicit
    solve start steward submit take talk tell train understand update upload validate verify visit wait win work
    write
    """
)
# Those of them that are nouns as well: a to-do only with an object or an adverb behind them.
NOUN_VERBS = listed(
    """
    book call chase check contact delivery email help issue meet pay phone pick pitch place present process quote
    reply request research return run schedule set share show sign start talk train update visit wait win work
    """
)
OBJECTS = listed(
    """
    a again all an appointment back buyer call client clients contract customer customers demo deposit details docs
    documents for her him info information invoice lead leads meeting more new offer out owner payment proposal
    prospect prospects quote references sample the them to up with
    """
)
PERSONS = listed(
    """
    buyer candidate client clients company contact contacts customer customers lead leads partner partners patient
    prospect prospects referee seller supplier tenant user users vendor
    """
)
# Words before a noun that make it a sort of deal or client, not a phase.
SORTS = listed(
    """
    active bad cold current existing fresh good hot incoming junk key lost new no old open past potential vip warm
    """
)
PHASES = listed(
    """
    abandonment acceptance agreement alignment analysis application appointment appraisal approval assessment audit
    booking brief briefing budget call campaign capture case check close closing closure commit commitment
    conditions consultation contact contract contracting contracts conversation counter-offer day decision delivery
    demo demonstration demos deposit design diagnosis diligence discovery discussion discussions documentation
    documents draft engagement enquiry estimate estimates evaluation event exploration fact-finding failure feedback
    finding fit follow-up follow-ups followup fulfillment fulfilment generation handoff handover implementation
    initiation inquiry inspection intake interview introduction investigation invitation invoice invoicing kick-off
    kickoff legal listing making maturation measurement meeting meetings negotiation negotiations nurture offer
    offers onboarding order orders outreach payment pilot pitch plan planning poc preparation prequalification
    presentation pricing procurement production proposal proposals proposition prospecting prototype purchase qa
    qualification quotation quotations quote quotes recommendation referencing referral registration renewal
    research response review reviews sale sampling scheduling scope scoping screening setting setup shipping showing
    signature signing sourcing success survey test testing tour training trial underwriting upgrade upsell
    validation verification viewing visit win workshop
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
