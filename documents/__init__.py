"""Forms, signing, seal, time stamps, verification, case code."""
