#!/usr/bin/env python3
from aws_cdk import App

from decks_stack import DecksStack

app = App()
DecksStack(app, "Decks")
app.synth()
