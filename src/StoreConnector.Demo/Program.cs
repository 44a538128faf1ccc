using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Demo;

const string Explained = """
    A day and a night in two shops, told in about twenty seconds. The service is the real one, in a process of its
    own. The deliveries are recorded bodies with other people in them, signed and POSTed over HTTP;
    what the service decides, and why, is read back from its API. Shops and people are made up; times
    are UTC.
    """;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // We end by ourselves, and the service with us.
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
try
{
    return await RunAsync(DemoOptions.Read(args), Transcript.OfConsole(), stop.Token);
}
catch (DemoException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (HttpRequestException e)
{
    await Console.Error.WriteLineAsync($"The service went away: {e.Message}");
    return 1;
}
catch (TaskCanceledException) when (!stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("The service does not answer.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped, and the service with it.");
    return 130;
}

static async Task<int> RunAsync(DemoOptions options, Transcript transcript, CancellationToken cancel)
{
    var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    var (service, url) = await ServiceProcess.StartAsync(options, secret, cancel);
    using var running = service;
    using var http = new HttpClient { BaseAddress = url };
    var key = await File.ReadAllTextAsync(Path.Combine(service.Folder, "operator.key"), cancel);
    using var api = new ServiceApi(url, key.Trim());

    var (cast, shops, time) = await new Opening(api, http, secret).OpenAsync(options.Speed, cancel);
    transcript.Say("\n" + Explained + "\n");
    transcript.Say(string.Create(CultureInfo.InvariantCulture, $"""
          service       {url.GetLeftPart(UriPartial.Authority)}, where an hour passes in {3600 / options.Speed:0.##} s
          Shopify       Rimal Coffee, in English; a reminder 5 h and 24 h after the last change of a cart
          WooCommerce   بن الرمال, in Arabic; one reminder, after 5 h; texts, within the law's hours
        """));
    while (time.Now < ServiceTime.StoryBegins) { await Task.Delay(20, cancel); }

    transcript.Head("What happens");

    var watch = new Watch(api, cast.All, transcript);
    await new Story(shops, cast, time, watch, transcript).TellAsync(cancel);

    transcript.Head("What came of it, checked against the service");
    var wrong = Fates.Tell(cast, watch, transcript);
    await Farewell.TellAsync(transcript, service.Folder, url, cast, watch, options.Keep, cancel);
    if (options.Keep)
    {
        try { await service.WaitAsync(cancel); }
        catch (OperationCanceledException) { transcript.Say("\nStopped."); }
    }

    if (wrong > 0) { throw new DemoException($"{wrong} of {cast.All.Count} fates did not come as told."); }

    return 0;
}
