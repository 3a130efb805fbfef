# The stream model: four Mamba blocks of 64 channels, a head for each
# look-ahead; 0.2 to 0.3 M parameters.
model = dict(
    type='CausalLocalizer',
    network=dict(
        channels=64,
        trunk=dict(depth=4, dropout=0.2, drop_path_rate=0.1),
        dropout=0.2),
    lookahead=0.5)
